import '@limner/protocol/style/limner.css';
import './base.css';
